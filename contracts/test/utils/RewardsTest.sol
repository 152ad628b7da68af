// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IX4PNRewards, RewardsParams} from "../../src/interfaces/IX4PNRewards.sol";
import {ReceiptData} from "./Signing.sol";
import {SessionsTest} from "./SessionsTest.sol";

/// @title Rewards over a real sessions contract: fees come from streams that were really paid.
abstract contract RewardsTest is SessionsTest {
    uint256 internal constant X4PN = 1e18;
    uint16 internal constant KAPPA_BPS = 4_000;
    /// @dev 2 cents for one X4PN.
    uint256 internal constant FLOOR = 20_000;

    IX4PNRewards internal rewards;
    address internal other;
    uint256 internal otherKey;
    uint256 private sessionKeys = 10_000;

    function setUp() public virtual override {
        super.setUp();
        (other, otherKey) = makeAddrAndKey("other node");
        _fund(user, 1e27);
        rewards = _deployRewards();
        _grantMintingGuardian();
    }

    function _rewardsParams() internal view returns (RewardsParams memory) {
        return RewardsParams({
            token: address(x4pn),
            sessions: address(sessions),
            authority: address(authority),
            kappaBps: KAPPA_BPS,
            referenceFloor: FLOOR
        });
    }

    /// @dev A token and its minter, as a deployment makes them: the token first, for the address that comes next.
    function _deployRewards() internal returns (IX4PNRewards) {
        return _deployRewards("X4PNRewards.sol:X4PNRewards");
    }

    function _deployRewards(string memory artifact) internal returns (IX4PNRewards) {
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        x4pn = IERC20(deployCode("X4PNToken.sol:X4PNToken", abi.encode(next)));
        return IX4PNRewards(deployCode(artifact, abi.encode(_rewardsParams())));
    }

    function _grantMintingGuardian() private {
        bytes4[] memory pausing = new bytes4[](2);
        pausing[0] = IX4PNRewards.pauseMinting.selector;
        pausing[1] = IX4PNRewards.unpauseMinting.selector;
        vm.prank(admin);
        authority.setTargetFunctionRole(address(rewards), pausing, GUARDIAN_ROLE);
    }

    /// @dev `node_` is paid so much that `fees` are collected from it, and not yet booked.
    function _collect(address node_, uint256 fees) internal {
        if (fees == 0) return;
        uint256 key = sessionKeys++;
        uint96 amount = uint96(fees * 10_000 / FEE_BPS);
        vm.prank(user);
        sessions.open(node_, vm.addr(key), amount);
        ReceiptData memory receipt =
            ReceiptData({user: user, node: node_, cumulative: amount, rate: 0, start: 0, until: 0});
        sessions.settle(node_, _item(key, receipt));
    }

    /// @dev Fees of both nodes, booked in the epoch that is returned, which then has ended.
    function _bookedEpoch(uint256 fees, uint256 otherFees) internal returns (uint256 epoch) {
        _collect(node, fees);
        _collect(other, otherFees);
        _nextEpoch();
        sessions.book(node);
        sessions.book(other);
        epoch = sessions.currentEpoch();
        _nextEpoch();
    }

    function _nextEpoch() internal {
        vm.warp((sessions.currentEpoch() + 1) * EPOCH);
    }

    function _claim(uint256 epoch) internal returns (uint256) {
        return rewards.claim(node, _list(epoch));
    }

    function _list(uint256 epoch) internal pure returns (uint256[] memory epochs) {
        epochs = new uint256[](1);
        epochs[0] = epoch;
    }

    /// @dev What `fees` earn at `price`, under the schedule.
    function _worth(uint256 fees, uint256 price) internal pure returns (uint256) {
        return fees * KAPPA_BPS * X4PN / 10_000 / price;
    }

    function _registerOther() internal {
        bytes memory consent = _consent(otherKey, relayer, _now());
        vm.prank(relayer);
        registry.register(other, _nodeParams(), _now(), consent);
    }
}
