// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IX4PNToken} from "../../src/interfaces/IX4PNToken.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title X4PN: who mints it, how much there can be, burning, permits.
contract X4PNTokenTest is SessionsTest {
    IX4PNToken private minted;

    function setUp() public override {
        super.setUp();
        minted = IX4PNToken(address(x4pn));
    }

    /// @dev Keeps the reason of a failed creation, which `deployCode` hides.
    function create(address minter_) external returns (address created) {
        bytes memory code = bytes.concat(vm.getCode("X4PNToken.sol:X4PNToken"), abi.encode(minter_));
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
            if iszero(created) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }

    function test_startsWithNothing() public {
        assertEq(x4pn.totalSupply(), 0);
        assertEq(minted.CAP(), 1e9 * 1e18);
        assertEq(minted.MINTER(), minter);
        vm.expectRevert(IX4PNToken.Token_BadMinter.selector);
        this.create(address(0));
    }

    function test_onlyTheMinterMints() public {
        vm.prank(minter);
        minted.mint(user, 5);
        assertEq(x4pn.balanceOf(user), 5);
        address[2] memory others = [admin, user];
        for (uint256 i; i < others.length; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(abi.encodeWithSelector(IX4PNToken.Token_NotMinter.selector, others[i]));
            minted.mint(user, 1);
        }
    }

    function test_theSupplyStaysUnderTheCap() public {
        uint256 cap = minted.CAP();
        vm.startPrank(minter);
        minted.mint(user, cap);
        vm.expectRevert(abi.encodeWithSelector(IX4PNToken.Token_AboveCap.selector, cap + 1, cap));
        minted.mint(user, 1);
        vm.expectRevert();
        minted.mint(user, type(uint256).max);
    }

    function test_burnLowersTheSupply() public {
        vm.prank(minter);
        minted.mint(user, 5);
        vm.prank(user);
        minted.burn(2);
        assertEq(x4pn.balanceOf(user), 3);
        assertEq(x4pn.totalSupply(), 3);
        vm.prank(relayer);
        vm.expectRevert();
        minted.burn(1);
    }

    function test_permitsAreSignedForThisTokenAndChain() public {
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(typeHash, user, relayer, 7, 0, _now()));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(userKey, _digest(_domain("X4PN", block.chainid, address(x4pn)), structHash));
        IERC20Permit(address(x4pn)).permit(user, relayer, 7, _now(), v, r, s);
        assertEq(x4pn.allowance(user, relayer), 7);
        vm.expectRevert();
        IERC20Permit(address(x4pn)).permit(user, relayer, 7, _now(), v, r, s);
    }
}
