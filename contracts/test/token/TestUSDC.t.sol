// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestUSDC} from "../../src/testing/TestUSDC.sol";
import {Signing} from "../utils/Signing.sol";

/// @title The stand-in behaves as USDC does where it matters.
contract TestUSDCTest is Signing {
    TestUSDC private token;
    address private from;
    uint256 private key;
    address private to = makeAddr("to");

    function setUp() public {
        vm.warp(1_800_000_000);
        token = new TestUSDC();
        (from, key) = makeAddrAndKey("from");
        token.mint(from, 100);
    }

    function _authorization(bytes32 typeHash, uint256 validAfter, uint256 validBefore)
        private
        view
        returns (uint8 v, bytes32 r, bytes32 s)
    {
        bytes32 structHash =
            keccak256(abi.encode(typeHash, from, to, uint256(60), validAfter, validBefore, bytes32("nonce")));
        return vm.sign(key, _digest(_domain(token.name(), block.chainid, address(token)), structHash));
    }

    function test_hasSixDecimals() public view {
        assertEq(token.decimals(), 6);
        assertEq(token.version(), "1");
    }

    function test_transferWithAuthorization_worksOnceForAnyone() public {
        uint256 end = vm.getBlockTimestamp() + 60;
        (uint8 v, bytes32 r, bytes32 s) = _authorization(token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), 0, end);
        token.transferWithAuthorization(from, to, 60, 0, end, "nonce", v, r, s);
        assertEq(token.balanceOf(to), 60);
        assertTrue(token.authorizationState(from, "nonce"));
        vm.expectRevert(abi.encodeWithSelector(TestUSDC.TestUSDC_NonceUsed.selector, from, bytes32("nonce")));
        token.transferWithAuthorization(from, to, 60, 0, end, "nonce", v, r, s);
    }

    function test_receiveWithAuthorization_worksForThePayeeOnly() public {
        uint256 end = vm.getBlockTimestamp() + 60;
        (uint8 v, bytes32 r, bytes32 s) = _authorization(token.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(), 0, end);
        vm.expectRevert(abi.encodeWithSelector(TestUSDC.TestUSDC_NotPayee.selector, address(this), to));
        token.receiveWithAuthorization(from, to, 60, 0, end, "nonce", v, r, s);
        vm.prank(to);
        token.receiveWithAuthorization(from, to, 60, 0, end, "nonce", v, r, s);
        assertEq(token.balanceOf(to), 60);
    }

    function test_anAuthorizationIsBoundedInTime() public {
        uint256 start = vm.getBlockTimestamp();
        (uint8 v, bytes32 r, bytes32 s) =
            _authorization(token.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), start, start + 60);
        vm.expectRevert(abi.encodeWithSelector(TestUSDC.TestUSDC_NotYetValid.selector, start));
        token.transferWithAuthorization(from, to, 60, start, start + 60, "nonce", v, r, s);
        skip(60);
        vm.expectRevert(abi.encodeWithSelector(TestUSDC.TestUSDC_Expired.selector, start + 60));
        token.transferWithAuthorization(from, to, 60, start, start + 60, "nonce", v, r, s);
    }

    function test_cancelAuthorization_usesTheNonceUp() public {
        bytes32 structHash = keccak256(abi.encode(token.CANCEL_AUTHORIZATION_TYPEHASH(), from, bytes32("nonce")));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(key, _digest(_domain(token.name(), block.chainid, address(token)), structHash));
        vm.expectRevert(abi.encodeWithSelector(TestUSDC.TestUSDC_BadSignature.selector, to));
        token.cancelAuthorization(to, "nonce", v, r, s);
        token.cancelAuthorization(from, "nonce", v, r, s);
        assertTrue(token.authorizationState(from, "nonce"));
        vm.expectRevert(abi.encodeWithSelector(TestUSDC.TestUSDC_NonceUsed.selector, from, bytes32("nonce")));
        token.cancelAuthorization(from, "nonce", v, r, s);
    }
}
