// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNVpnSessions, SessionsParams} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {PlainToken} from "../mocks/OddTokens.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title What a deployment fixes, and which deployments are refused.
contract ConstructionTest is SessionsTest {
    /// @dev Keeps the reason of a failed creation, which `deployCode` hides.
    function create(SessionsParams memory params) external returns (address created) {
        bytes memory code = bytes.concat(vm.getCode("X4PNVpnSessions.sol:X4PNVpnSessions"), abi.encode(params));
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
            if iszero(created) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }

    function test_fixesItsParameters() public view {
        assertEq(sessions.TOKEN(), address(token));
        assertEq(sessions.REGISTRY(), address(registry));
        assertEq(sessions.CHALLENGE_WINDOW(), WINDOW);
        assertEq(sessions.EPOCH_LENGTH(), EPOCH);
        assertEq(sessions.FEE_DELAY(), 7 days);
        assertEq(sessions.FEE_CAP_BPS(), 500);
        assertEq(sessions.PAUSE_LENGTH(), 7 days);
        assertEq(sessions.SIGNED_LIFETIME(), 10 minutes);
        assertEq(sessions.feeBps(), FEE_BPS);
        assertEq(sessions.treasury(), treasury);
        assertEq(sessions.DOMAIN_SEPARATOR(), _sessionsDomain());
        assertEq(sessions.currentEpoch(), uint256(_now()) / EPOCH);
    }

    function test_Pitfall14_revertsWhen_theTokenIsNotWhatWasSaid() public {
        SessionsParams memory params = _params(makeAddr("no code"), 6);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadToken.selector, params.token));
        this.create(params);

        params = _params(address(token), 18);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadToken.selector, address(token)));
        this.create(params);

        params = _params(address(new PlainToken(19)), 19);
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadToken.selector, params.token));
        this.create(params);
    }

    function test_Pitfall17_revertsWhen_theChallengeWindowIsOutOfBounds() public {
        uint256[2] memory bad = [uint256(1 hours - 1), 30 days + 1];
        for (uint256 i; i < bad.length; ++i) {
            SessionsParams memory params = _params(address(token), 6);
            params.challengeWindow = bad[i];
            vm.expectRevert(
                abi.encodeWithSelector(
                    IX4PNVpnSessions.Sessions_BadParameter.selector, bytes32("challengeWindow"), bad[i]
                )
            );
            this.create(params);
        }
    }

    function test_revertsWhen_theEpochLengthIsOutOfBounds() public {
        uint256[2] memory bad = [uint256(1 hours - 1), 90 days + 1];
        for (uint256 i; i < bad.length; ++i) {
            SessionsParams memory params = _params(address(token), 6);
            params.epochLength = bad[i];
            vm.expectRevert(
                abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadParameter.selector, bytes32("epochLength"), bad[i])
            );
            this.create(params);
        }
    }

    function test_revertsWhen_theFeeIsAboveItsCap() public {
        SessionsParams memory params = _params(address(token), 6);
        params.feeBps = 501;
        vm.expectRevert(abi.encodeWithSelector(IX4PNVpnSessions.Sessions_FeeAboveCap.selector, 501, 500));
        this.create(params);
    }

    function test_revertsWhen_anAddressIsMissing() public {
        SessionsParams memory params = _params(address(token), 6);
        bytes memory refusal = abi.encodeWithSelector(IX4PNVpnSessions.Sessions_BadAddress.selector, address(0));
        params.registry = address(0);
        vm.expectRevert(refusal);
        this.create(params);
        params = _params(address(token), 6);
        params.authority = address(0);
        vm.expectRevert(refusal);
        this.create(params);
        params = _params(address(token), 6);
        params.treasury = address(0);
        vm.expectRevert(refusal);
        this.create(params);
    }
}
